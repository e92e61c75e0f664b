import { defineMessages } from '@/shared/i18n';

export const messages = defineMessages({ title: 'Results' }, { title: 'Résultats' });
