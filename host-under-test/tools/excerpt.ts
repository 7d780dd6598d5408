/** Characters that are kept from the start and from the end. */
const KEPT = 32 * 1024;

/** The start and the end of a text, however long it is. */
export class Excerpt {
  #start = '';
  #end = '';
  #left = 0;

  add(text: string): void {
    const room = KEPT - this.#start.length;
    if (room > 0) {
      this.#start += text.slice(0, room);
      text = text.slice(room);
    }
    this.#end += text;
    if (this.#end.length > 2 * KEPT) {
      this.#left += this.#end.length - KEPT;
      this.#end = this.#end.slice(-KEPT);
    }
  }

  get text(): string {
    const gap = this.#left === 0 ? '' : `\n… ${this.#left} characters left out …\n`;
    return withoutOverwritten(this.#start + gap + this.#end);
  }
}

/** What a person would see: of what a line overwrites with carriage returns only the last is kept. */
function withoutOverwritten(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1))
    .join('\n');
}
