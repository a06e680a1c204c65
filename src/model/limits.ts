/**
 * Users who are remembered by name, at most, wherever something is kept for each of them and no tighter limit is stated:
 * those active last. Who is forgotten and comes back begins anew.
 */
export const userLimit = 10_000;
