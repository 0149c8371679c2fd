import { render } from 'preact';
import './style/base.css';
import './style/shell.css';
import './style/chat.css';
import './style/elements.css';
import './style/composer.css';
import { App } from './app.tsx';
import { begin } from './chat/conversation.ts';

const root = document.getElementById('console');
if (!root) throw new Error('The page has no element "console".');
render(<App />, root);
void begin();
