import { useEffect, useState } from 'react';

import { useLibrary } from '@/shared/hooks/use-library';
import { fetchJson } from '@/shared/lib/assets';
import { navigate } from '@/shared/lib/router';
import { Button } from '@/shared/ui';

import type { Template } from './template';

/** The strategies to begin with. */
export function Gallery() {
  const library = useLibrary();
  const [templates, setTemplates] = useState<readonly Template[]>([]);
  useEffect(() => {
    void fetchJson<Template[]>('gallery.json').then(setTemplates);
  }, []);
  return (
    <ul className="mx-auto max-w-3xl p-4">
      {templates.map((template) => (
        <li key={template.name} className="flex items-center justify-between border-b border-line py-2">
          <span>{template.title}</span>
          <Button onClick={() => void library.create({ notation: 'text', source: template.text }, template.title, template.modules).then((id) => navigate({ page: 'document', id }))}>{template.title}</Button>
        </li>
      ))}
    </ul>
  );
}
