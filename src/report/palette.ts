/**
 * Colours as custom properties, after Okabe and Ito's set, which stays apart for colour-blind readers.
 * The charts read the same properties, so light, dark and paper are decided here alone.
 */
export const palette: string = /* css */ `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #ffffff; --ink: #1a1f29; --muted: #5a6474; --line: #dfe3e9; --stripe: #f4f6f9;
  --accent: #0072b2;
  --policy-ours: #0072b2; --policy-baseline: #8b93a0; --policy-ceiling: #1a1f29;
  --policy-0: #e69f00; --policy-1: #009e73; --policy-2: #cc79a7; --policy-3: #d55e00; --policy-4: #8f8200; --policy-5: #56b4e9;
  --demanded: #a3b1c4; --speculative: #e69f00; --budget: #c44536;
  --stay-demand: #b4bdc9; --stay-timely: #56a5dc; --stay-late: #8c7fd0; --stay-wasted: #e2a3c4; --stay-failed: #3a3f49;
  --stay-cancelled: #cfd4db; --stay-open: #b9d3c6;
  --need-warm: #00805d; --need-loading: #e69f00; --need-cold: #cf3a00;
}
@media (prefers-color-scheme: dark) {
  :root:not(.paper) {
    --ground: #10141a; --card: #181d25; --ink: #e9edf3; --muted: #9aa5b5; --line: #2c3440; --stripe: #1d232c;
    --accent: #56b4e9;
    --policy-ours: #56b4e9; --policy-baseline: #8791a0; --policy-ceiling: #e9edf3;
    --policy-0: #e69f00; --policy-1: #00b985; --policy-2: #d98fb8; --policy-3: #ee7733; --policy-4: #c2b53c; --policy-5: #3d84c6;
    --demanded: #56647a; --speculative: #e69f00; --budget: #ff7a66;
    --stay-demand: #566173; --stay-timely: #2f7fb8; --stay-late: #7468c4; --stay-wasted: #a85c86; --stay-failed: #c9ced6;
    --stay-cancelled: #3a424e; --stay-open: #3f6656;
    --need-warm: #2fd6a3; --need-loading: #ffc233; --need-cold: #ff6a3d;
  }
}
`;
