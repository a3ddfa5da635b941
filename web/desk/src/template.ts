/** A message template that Meta has approved, and one of its languages. */
export interface Template {
  name: string;
  language: string;
}

const storeKey = 'ringway-ask-template';

/** Most businesses have one template that asks for calls, so the last one is offered again. */
export function lastTemplate(): Template {
  try {
    const { name, language } = JSON.parse(localStorage.getItem(storeKey) ?? '{}') as Partial<Template>;
    return { name: name ?? '', language: language ?? 'en' };
  } catch {
    return { name: '', language: 'en' };
  }
}

export function rememberTemplate({ name, language }: Template): void {
  try {
    localStorage.setItem(storeKey, JSON.stringify({ name, language }));
  } catch {
    // Then it is typed again.
  }
}
