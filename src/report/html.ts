/** Text that is safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A value as JSON that cannot end the `<script>` element it stands in. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** Code for the inside of a `<script>` element: `</script` and `<!--` would otherwise end or confuse it. */
export function embedScript(code: string): string {
  return code.replace(/<(?=\/script|!--)/gi, '\\x3c');
}

/** Rules for the inside of a `<style>` element. */
export function embedStyle(rules: string): string {
  return rules.replace(/<(?=\/style)/gi, '\\3c ');
}
