/** The look of the charts' surroundings: bars, legends, buttons, tooltip, table. */
export const chartStyles: string = /* css */ `
.chart { position: relative; min-height: 60px; }
.chart .uplot { width: 100%; display: flex; flex-direction: column; font: inherit; }
.chart .u-legend { order: -1; width: 100%; margin: 0 0 8px; text-align: left; font-size: 13px; line-height: 1.5; }
.chart .u-legend tbody { display: flex; flex-wrap: wrap; gap: 0 14px; }
.chart .u-legend tr { margin: 0; }
.chart .u-legend tr.ours { order: -1; font-weight: 650; }
.chart .u-legend tr:first-child { order: 1; }
.chart .u-legend th { font-weight: inherit; }
.chart .u-legend th::after { display: none; }
.chart .u-legend th, .chart .u-legend td { padding: 1px 0; }
.chart .u-legend th > * { padding: 0 6px 0 0; }
.chart .u-legend .u-marker { width: 20px; height: 10px; margin: 0 7px 0 0; padding: 0; border-radius: 2px; }
.chart.lines .u-legend .u-marker, .chart .line .u-marker { height: 0; border-width: 0 0 var(--wide, 2px) !important; border-radius: 0; }
.chart.lines .u-legend .ours .u-marker { --wide: 3.5px; }
.chart .u-legend .u-value { min-width: 4em; font-variant-numeric: tabular-nums; font-weight: 400; color: var(--muted); }
.chart:not(:hover) .u-legend .u-value, .chart:not(:hover) .u-legend tr:first-child { visibility: hidden; }
.chart .u-select { background: color-mix(in srgb, var(--accent) 18%, transparent); }
.chart .u-cursor-x, .chart .u-cursor-y { border-color: var(--muted) !important; }
.nothing { color: var(--muted); font-style: italic; margin: 0; }

.bars { display: grid; grid-template-columns: max-content 1fr max-content; gap: 6px 12px; align-items: center; font-size: 14px; }
.bars .name { max-width: 180px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bars .track { position: relative; height: 22px; background: var(--stripe); border-radius: 4px; }
.bars .fill { position: absolute; inset: 0 auto 0 0; border-radius: 4px; min-width: 1px; }
.bars .fill.ceiling { background: none !important; border: 1.5px dashed var(--policy-ceiling); }
.bars .limit { position: absolute; top: -6px; bottom: -6px; width: 0; border-left: 2px dashed var(--policy-ceiling); }
.bars .value { text-align: right; font-variant-numeric: tabular-nums; }
.bars .ours { font-weight: 650; }
.bars .scale { position: relative; height: 18px; color: var(--muted); font-size: 12px; }
.bars .scale span { position: absolute; transform: translateX(-50%); }
.bars .scale span:first-child { transform: none; }
.bars .scale span:last-child { transform: translateX(-100%); }
.bars-title { text-align: center; color: var(--muted); font-size: 12px; margin: 2px 0 0; }
@media (max-width: 560px) { .bars { gap: 5px 8px; font-size: 13px; } .bars .name { max-width: 92px; } }

.controls { display: flex; flex-wrap: wrap; gap: 6px; margin: 12px 0 0; align-items: center; }
.controls .spacer { flex: 1; }
button { font: inherit; font-size: 14px; color: var(--ink); background: var(--stripe); border: 1px solid var(--line); border-radius: 8px; padding: 4px 12px; cursor: pointer; }
button:hover { border-color: var(--accent); }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button[aria-pressed='true'] { background: var(--accent); border-color: var(--accent); color: var(--card); font-weight: 600; }
button:disabled { opacity: 0.45; cursor: default; border-color: var(--line); }

.key { display: flex; flex-wrap: wrap; gap: 3px 16px; list-style: none; margin: 0 0 8px; padding: 0; font-size: 13px; }
.key li { display: flex; align-items: center; gap: 6px; }
.key svg { flex: none; }
.tooltip { position: absolute; z-index: 5; pointer-events: none; max-width: min(300px, 90%); background: var(--card); color: var(--ink); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 4px 18px rgb(0 0 0 / 0.18); padding: 8px 11px; font-size: 13px; line-height: 1.45; }
.tooltip b { display: block; overflow-wrap: anywhere; }
.tooltip span { display: block; color: var(--muted); }

.scroll { overflow-x: auto; margin-top: 12px; }
.scroll table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
.scroll th, .scroll td { padding: 7px 6px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
.scroll thead th { color: var(--muted); font-weight: 500; font-size: 12px; line-height: 1.3; vertical-align: bottom; white-space: normal; }
.scroll thead tr:first-child th { border-bottom: none; padding-bottom: 0; text-align: center; }
.scroll .group { border-left: 1px solid var(--line); }
.scroll th:first-child { text-align: left; position: sticky; left: 0; background: var(--card); }
.scroll tbody th { font-weight: 500; }
.scroll tbody tr.ours > * { font-weight: 650; background: color-mix(in srgb, var(--accent) 9%, var(--card)); }
.scroll tbody tr:last-child > * { border-bottom: none; }
.scroll abbr { text-decoration: none; cursor: help; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 7px; }
`;
