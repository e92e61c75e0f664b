import { defineMessages } from '../i18n';

export const messages = defineMessages(
  {
    means: 'What it means', matters: 'Why it matters', avoid: 'Instead of', prefer: 'Write', ignore: 'When to ignore it', fix: 'The fix', see: 'See also:',
    english: 'The pages of rules are in English.',
    none: 'There is no page for {code}.',
  },
  {
    means: 'Ce que cela veut dire', matters: 'Pourquoi c’est important', avoid: 'Au lieu de', prefer: 'Écrivez', ignore: 'Quand l’ignorer', fix: 'La correction', see: 'Voir aussi :',
    english: 'Les pages des règles sont en anglais.',
    none: 'Il n’y a pas de page pour {code}.',
  },
);
