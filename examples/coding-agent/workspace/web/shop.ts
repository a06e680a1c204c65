import { type Item, total } from '../src/cart';

const items: Item[] = [
  { name: 'tea', price: 4, amount: 2 },
  { name: 'bread', price: 3, amount: 1 },
];

const cart = document.querySelector('#cart');
if (cart) cart.textContent = `Total: ${total(items)}`;
