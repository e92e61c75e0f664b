import { useCallback, useEffect, useState } from 'react';

import type { StoredDocument } from '@/shared/document';
import { useLibrary } from '@/shared/hooks/use-library';
import { fetchJson } from '@/shared/lib/assets';
import { navigate } from '@/shared/lib/router';

import type { Template } from './template';

/** Templates and documents, and what can be done with them. */
export function useGallery() {
  const library = useLibrary();
  const [templates, setTemplates] = useState<readonly Template[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [documents, setDocuments] = useState<readonly StoredDocument[] | null>(null);
  const load = useCallback(() => {
    setProblem(null);
    fetchJson<Template[]>('gallery.json').then(setTemplates, (error: Error) => setProblem(error.message));
  }, []);
  useEffect(() => {
    fetchJson<Template[]>('gallery.json').then(setTemplates, (error: Error) => setProblem(error.message));
    const list = () => void library.list().then(setDocuments);
    list();
    return library.onChange(list);
  }, [library]);
  const create = useCallback(async (text: string, title: string, modules: Template['modules'] = {}) => {
    navigate({ page: 'document', id: await library.create({ notation: 'text', source: text }, title, modules) });
  }, [library]);
  const remove = useCallback(async (id: string) => {
    await library.remove(id);
    setDocuments(await library.list());
  }, [library]);
  return { templates, documents, problem, load, create, remove };
}
