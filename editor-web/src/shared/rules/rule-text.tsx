import { useLanguage, useMessages } from '../i18n';
import { CodeText } from '../ui/code-text';
import { messages } from './messages';
import { useRulePages } from './rule-pages';

/** The page of one rule; `onOpen` follows a reference to another. */
export function RuleText({ code, onOpen }: { code: string; onOpen: (code: string) => void }) {
  const pages = useRulePages();
  const t = useMessages(messages);
  const language = useLanguage();
  const page = pages && Object.hasOwn(pages, code) ? pages[code] : undefined;
  if (!page) return pages ? <p>{t('none', { code })}</p> : null;
  const prose = [['means', page.means], ['matters', page.matters], ['fix', page.fix], ['ignore', page.ignore]] as const;
  const samples = [['avoid', page.avoid, '✕', 'text-no'], ['prefer', page.prefer, '✓', 'text-yes']] as const;
  return (
    <article className="max-w-2xl space-y-3 text-sm">
      <h2 className="text-lg font-semibold"><span className="mr-2 font-mono text-xs font-normal text-ink-faint">{code}</span><CodeText text={page.title} /></h2>
      {language !== 'en' && <p className="text-ink-faint">{t('english')}</p>}
      {prose.slice(0, 2).map(([key, text]) => <Part key={key} title={t(key)} text={text} />)}
      <div className="grid gap-2 sm:grid-cols-2">
        {samples.filter(([, text]) => text).map(([key, text, sign, tone]) => (
          <div key={key} className="rounded-md border border-line">
            <p className={`border-b border-line px-2 py-1 text-xs ${tone}`}><span aria-hidden="true">{sign} </span>{t(key)}</p>
            <pre tabIndex={0} className="overflow-x-auto p-2 font-mono text-xs">{text}</pre>
          </div>
        ))}
      </div>
      {prose.slice(2).map(([key, text]) => <Part key={key} title={t(key)} text={text} />)}
      {page.see && (
        <p className="text-ink-soft">{t('see')} {page.see.split(' ').map((other) => (
          <button key={other} type="button" className="mr-2 text-accent underline underline-offset-2" onClick={() => onOpen(other)}>{other}</button>
        ))}</p>
      )}
    </article>
  );
}

function Part({ title, text }: { title: string; text: string }) {
  if (!text) return null;
  return <section><h3 className="font-semibold">{title}</h3><p><CodeText text={text} /></p></section>;
}
