export default (n) => n;
