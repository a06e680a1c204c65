/** The text that an MCP tool answered with; throws if the tool failed. */
export function textOf(result) {
  const text = result.content.map((part) => part.text).join('\n');
  if (result.isError) throw new Error(text);
  return text;
}
