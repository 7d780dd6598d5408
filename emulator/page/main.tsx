import { render } from 'preact';
import { useToken } from './api.ts';
import { App } from './app.tsx';
import './page.css';

// A token in the address is taken out of it at once: neither the history nor who looks over a shoulder shall have it.
const words = new URLSearchParams(location.hash.slice(1));
const token = words.get('token');
if (token !== null) {
  useToken(token);
  words.delete('token');
  history.replaceState(null, '', `${location.pathname}#${words}`);
}
render(<App />, document.querySelector('#page')!);
