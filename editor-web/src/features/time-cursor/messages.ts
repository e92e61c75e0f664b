import { defineMessages } from '@/shared/i18n';

export const messages = defineMessages({ title: 'Time cursor' }, { title: 'Curseur temporel' });
