/** What XML can hold (XML 1.0 §2.2). */
const NO_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** A text as HTML and XML hold it; what neither can, such as most control characters, is replaced. */
export function escaped(text: string): string {
  const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return text
    .replace(NO_CHARACTER, '\uFFFD')
    .replace(/[&<>"]/g, (character) => `&${names[character]!};`);
}
