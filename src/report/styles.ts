/** Layout and type. Colours come from the palette; nothing here depends on the data. */
export const styles: string = /* css */ `
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; -webkit-text-size-adjust: 100%; }
main { max-width: 1160px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 8px; letter-spacing: -0.015em; overflow-wrap: anywhere; }
h2 { font-size: 19px; line-height: 1.3; margin: 0 0 4px; letter-spacing: -0.005em; overflow-wrap: anywhere; }
h3 { font-size: 16px; line-height: 1.3; margin: 24px 0 2px; }
.summary { font-size: 18px; color: var(--muted); max-width: 46em; margin: 0 0 28px; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 16px; margin: 0 0 16px; padding: 0; }
.tile, .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.tile { padding: 16px 18px 14px; display: flex; flex-direction: column; }
.tile dt { color: var(--muted); font-size: 13px; }
.tile dd { margin: 0; }
.tile .value { font-size: clamp(24px, 2.9vw, 34px); white-space: nowrap; line-height: 1.25; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile.lead .value { color: var(--accent); }
.tile .beside { font-size: 13px; line-height: 1.45; margin-top: auto; padding-top: 4px; }
.tile .meaning { color: var(--muted); font-size: 13px; line-height: 1.45; }
.card { padding: 22px 24px; margin: 0 0 16px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 10px 24px; padding: 14px 24px; }
.facts dt { color: var(--muted); font-size: 12px; }
.facts dd { margin: 0; font-size: 14px; overflow-wrap: anywhere; }
.facts .wide { grid-column: 1 / -1; }
figure { margin: 0; }
figcaption, .caption { color: var(--muted); font-size: 14px; margin: 0 0 14px; max-width: 80em; text-wrap: pretty; }
.notes { margin: 0; padding-left: 20px; color: var(--muted); }
.notes li { margin: 4px 0; overflow-wrap: anywhere; }
.undefined { color: var(--muted); cursor: help; }
footer { color: var(--muted); font-size: 13px; margin-top: 20px; }
@media (max-width: 860px) { .tiles { grid-template-columns: repeat(2, 1fr); } }
@media (max-width: 560px) {
  main { padding: 20px 10px 40px; }
  h1 { font-size: 24px; }
  .summary { font-size: 16px; margin-bottom: 18px; }
  .tiles { gap: 10px; }
  .tile { padding: 12px 12px 10px; }
  .card { padding: 16px 12px; }
  .facts { padding: 12px; grid-template-columns: repeat(2, 1fr); gap: 8px 12px; }
}
.paper body { background: none; }
.paper main { max-width: 690px; padding: 0; }
@media print {
  .card, .tile { break-inside: avoid; }
  .scroll { overflow: visible; }
  .scroll table { font-size: 9px; }
  .scroll th, .scroll td { padding: 3px 4px; }
  button { display: none !important; }
  button[aria-pressed='true'] { display: inline-block !important; }
}
`;
