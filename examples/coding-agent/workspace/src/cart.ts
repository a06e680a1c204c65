export interface Item {
  readonly name: string;
  readonly price: number;
  readonly amount: number;
}

/** What all items cost together. */
export function total(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.price * item.amount, 0);
}

/** The items, dearest first. */
export function dearest(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => b.price - a.price);
}
