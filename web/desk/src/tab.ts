import { nameAndNumber, type CallState } from '@ringway/client-phone';

let shown: Notification | null = null;
let blink: ReturnType<typeof setInterval> | null = null;

/** Says in the tab's title and icon, and to somebody who looks elsewhere by a notification, what the phone does. */
export function showInTab(call: CallState): void {
  if (blink) clearInterval(blink);
  blink = null;
  switch (call.is) {
    case 'incoming': {
      const { title, detail } = nameAndNumber(call.who);
      icon('favicon-ring.svg');
      document.title = `${title} is calling`;
      blink = setInterval(() => {
        document.title = document.title.startsWith('☎') ? `${title} is calling` : `☎ ${title} is calling`;
      }, 1000);
      notify(title, detail);
      return;
    }
    case 'outgoing':
    case 'talking':
      icon('favicon-talk.svg');
      document.title = `${nameAndNumber(call.who).title} – Ringway`;
      break;
    case 'none':
    case 'over':
      icon('favicon.svg');
      document.title = 'Ringway';
      break;
  }
  shown?.close();
  shown = null;
}

function icon(file: string): void {
  document.querySelector<HTMLLinkElement>('link[rel=icon]')?.setAttribute('href', `/${file}`);
}

function notify(title: string, detail: string): void {
  if (shown || !document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return;
  shown = new Notification(`${title} is calling`, {
    body: detail || 'WhatsApp call',
    tag: 'ringway',
    icon: '/favicon.svg',
  });
  shown.onclick = () => {
    window.focus();
    shown?.close();
  };
}
