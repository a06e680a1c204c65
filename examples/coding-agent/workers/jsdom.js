/** Runs a page's own script in a DOM, to see what it would show. */
import { JSDOM } from 'jsdom';

export function load() {
  render('<p id="out"></p><script>document.querySelector("#out").textContent = "ready"</script>', '#out');
}

/** The text at a selector once the page's script has run. */
export function render(html, selector) {
  const { window } = new JSDOM(html, { runScripts: 'dangerously' });
  const text = window.document.querySelector(selector)?.textContent;
  window.close();
  return text;
}
