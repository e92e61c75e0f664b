import { commandCell } from '@/shared/commands/commands';
import { useMessages } from '@/shared/i18n';
import { useCell } from '@/shared/lib/cell';
import { Dialog, Kbd } from '@/shared/ui';

import { messages } from './messages';

/** What this is, and every key. */
export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useMessages(messages);
  return (
    <Dialog open={open} title={t('help')} onClose={onClose} wide>
      <div className="space-y-3 text-sm">
        <p>{t('helpViews')}</p>
        <p>{t('helpKept')}</p>
        <p>{t('helpText')}</p>
        <Keys />
      </div>
    </Dialog>
  );
}

/** There only while the dialog is open: commands change often. */
function Keys() {
  const t = useMessages(messages);
  const commands = useCell(commandCell).filter(({ keys }) => keys !== undefined);
  return (
    <table className="w-full">
      <caption className="pb-1 text-left font-semibold">{t('keys')}</caption>
      <tbody>
        {commands.map(({ id, title, group, keys = '' }) => (
          <tr key={id} className="border-t border-line"><td className="py-1 pr-3 text-ink-faint">{group}</td><td className="py-1 pr-3">{title}</td><td className="py-1 text-right"><Kbd keys={keys} /></td></tr>
        ))}
      </tbody>
    </table>
  );
}
