import { expect, test } from 'vitest';
import { parseHttp } from './serve-session.ts';

test.each(['', ' ', '\t\n'])('a token of no words (%j) admits nobody', (token) => {
  for (const http of ['0.0.0.0:8080', '127.0.0.1:8080']) {
    expect(() => parseHttp({ http, token })).toThrow(
      `--token '${token}': it says no words, as that of a variable that is not set: name some, or leave --token out`,
    );
  }
});
