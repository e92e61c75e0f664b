// result-messages.ts — words of results that the modules say in English: sentences of a sweep, what its cells are
// ranked by, rows of the receipt, how a trade ended. By name; a test holds the English ones to the tables in runtime/.
import { defineMessages } from '@/shared/i18n';

/** runtime/backtest/sweep_verdict.def */
export const sweepVerdicts = defineMessages(
  {
    idle: 'No cell ever traded: there is nothing to choose from.',
    short: 'Too few periods, or trades of the best cell, to tell skill from luck: look at it as a test that it runs.',
    loss: 'The best cell lost money after fees: no values tried here earn any.',
    luck: 'The best cell earned money, but the best of as many cells without any skill would often do as well.',
    overfit: 'The best cell is best here only: chosen on one half of the data, such a cell is too often among the worse on the other.',
    forward: 'Values chosen on the past lost money on what came next.',
    trials: 'The best cell stands out of this sweep, but so much was tried on this data that luck explains its ratio.',
    worthy: 'The best cell earned more than luck explains, also where it was not chosen; try it on data it has not seen before believing it.',
  },
  {
    idle: 'Aucune cellule n’a négocié : il n’y a rien à choisir.',
    short: 'Trop peu de périodes, ou de transactions de la meilleure cellule, pour distinguer le talent de la chance : voyez-y la preuve qu’elle tourne.',
    loss: 'La meilleure cellule a perdu de l’argent, frais déduits : aucune des valeurs essayées n’en gagne.',
    luck: 'La meilleure cellule a gagné, mais la meilleure d’autant de cellules sans aucun talent ferait souvent aussi bien.',
    overfit: 'La meilleure cellule n’est la meilleure qu’ici : choisie sur une moitié des données, une telle cellule est trop souvent parmi les pires de l’autre.',
    forward: 'Les valeurs choisies sur le passé ont perdu de l’argent sur ce qui a suivi.',
    trials: 'La meilleure cellule sort du lot, mais on a tant essayé sur ces données que la chance explique son ratio.',
    worthy: 'La meilleure cellule a gagné plus que la chance n’explique, y compris là où elle n’a pas été choisie ; éprouvez-la sur des données qu’elle n’a pas vues avant d’y croire.',
  },
);

/** runtime/backtest/sweep_by.def: the names there, in words. */
export const rankings = defineMessages(
  {
    deflated: 'the odds that it is above luck', sharpe: 'Sharpe ratio', probable: 'the odds that its ratio is above 0',
    pnl: 'profit', calm: 'profit for each dollar of its deepest fall', wins: 'trades won',
  },
  {
    deflated: 'la probabilité qu’elle dépasse la chance', sharpe: 'le ratio de Sharpe', probable: 'la probabilité d’un ratio au-dessus de 0',
    pnl: 'le gain', calm: 'le gain par dollar de son plus fort repli', wins: 'les transactions gagnées',
  },
);

/** runtime/matcher/receipt.def: what each row is called. */
export const receiptNames = defineMessages(
  {
    depth: 'depth', crossing: 'crossing', trades: 'trades', fading: 'fading', queue: 'queue', 'queue out of sight': 'queue out of sight',
    'unknown size, filled': 'unknown size, filled', 'unknown size, not filled': 'unknown size, not filled', 'no book': 'no book',
    'taker delay': 'taker delay', 'late cancels': 'late cancels', 'full sets': 'full sets', rejections: 'rejections',
    impact: 'impact', rebates: 'rebates', answers: 'answers',
  },
  {
    depth: 'profondeur', crossing: 'croisement', trades: 'échanges', fading: 'effacement', queue: 'file', 'queue out of sight': 'file invisible',
    'unknown size, filled': 'taille inconnue, exécuté', 'unknown size, not filled': 'taille inconnue, non exécuté', 'no book': 'sans carnet',
    'taker delay': 'délai du preneur', 'late cancels': 'annulations tardives', 'full sets': 'paires complètes', rejections: 'refus',
    impact: 'impact', rebates: 'ristournes', answers: 'réponses',
  },
);

/** runtime/matcher/receipt.def: what each row means. */
export const receiptMeanings = defineMessages(
  {
    depth: 'fills of orders that took what was shown, level by level; nothing shown is taken twice',
    crossing: 'fills of resting orders because the other side came to their price',
    trades: 'fills of resting orders because somebody traded at their price or beyond',
    fading: 'fills of resting orders because the best level shrank: without recorded trades what leaves it counts as traded',
    queue: 'orders that came to rest behind a size that was shown',
    'queue out of sight': 'orders that came to rest where the book shows no size: their queue begins at the first sight',
    'unknown size, filled': 'fills of a size that nobody wrote down: the model `touch` takes it for enough',
    'unknown size, not filled': 'fills held back because the size was not written down',
    'no book': 'orders that arrived while the book was stale or crossed, and found nothing there',
    'taker delay': 'orders that would have taken and had to wait',
    'late cancels': 'cancels that arrived after the order had ended',
    'full sets': 'splits and merges, done on arrival without gas or waiting for the chain',
    rejections: 'orders the venue\'s rules refused on arrival',
    impact: 'nobody reacts to these orders: prices move as they were recorded',
    rebates: 'rebates to makers and by volume are not paid',
    answers: 'answers reach the strategy at the instant they happen; fills never fail later',
  },
  {
    depth: 'exécutions d’ordres qui ont pris ce qui était affiché, niveau par niveau ; rien d’affiché n’est pris deux fois',
    crossing: 'exécutions d’ordres au repos parce que l’autre côté est venu à leur prix',
    trades: 'exécutions d’ordres au repos parce que quelqu’un a échangé à leur prix ou au-delà',
    fading: 'exécutions d’ordres au repos parce que le meilleur niveau a diminué : sans échanges enregistrés, ce qui le quitte compte comme échangé',
    queue: 'ordres venus se ranger derrière une taille affichée',
    'queue out of sight': 'ordres venus se ranger là où le carnet n’affiche pas de taille : leur file commence quand on la voit',
    'unknown size, filled': 'exécutions d’une taille que personne n’a notée : le modèle `touch` la tient pour suffisante',
    'unknown size, not filled': 'exécutions retenues parce que la taille n’a pas été notée',
    'no book': 'ordres arrivés quand le carnet était périmé ou croisé, et qui n’y ont rien trouvé',
    'taker delay': 'ordres qui auraient pris et ont dû attendre',
    'late cancels': 'annulations arrivées après la fin de l’ordre',
    'full sets': 'scissions et fusions, faites à l’arrivée, sans gaz ni attente de la chaîne',
    rejections: 'ordres que les règles de la place ont refusés à l’arrivée',
    impact: 'personne ne réagit à ces ordres : les prix bougent comme ils ont été enregistrés',
    rebates: 'les ristournes aux teneurs et au volume ne sont pas versées',
    answers: 'les réponses parviennent à la stratégie à l’instant même ; aucune exécution n’échoue après coup',
  },
);

/** What can be wrong with a row of a recording: the keys of an import's report. */
export const rowProblems = defineMessages(
  {
    wrong_columns: 'the number of columns is wrong', bad_cells: 'a cell is not what it should be', bad_times: 'the time cannot be', no_stream: 'it belongs to no market',
    not_numbers: 'a number is missing', crossed: 'the bid is above the ask', back_in_time: 'it goes back in time', duplicates: 'it is there twice', outside_slot: 'it is outside its slot',
  },
  {
    wrong_columns: 'le nombre de colonnes est faux', bad_cells: 'une cellule n’est pas ce qu’elle devrait être', bad_times: 'l’heure est impossible', no_stream: 'elle n’est d’aucun marché',
    not_numbers: 'il manque un nombre', crossed: 'le cours acheteur dépasse le vendeur', back_in_time: 'elle remonte le temps', duplicates: 'elle y est deux fois', outside_slot: 'elle est hors de son créneau',
  },
);

/** How a trade ended: runtime/engine/effect.c, and what only a result knows. */
export const endings = defineMessages(
  {
    rule: 'a rule', 'stop loss': 'stop loss', 'trailing stop': 'trailing stop', 'time stop': 'time stop', 'exit when': 'exit when',
    'take profit': 'take profit', unwind: 'unwind', quote: 'a quote', 'slot close': 'end of the slot',
    resolved: 'resolved', merged: 'merged', open: 'still held',
  },
  {
    rule: 'une règle', 'stop loss': 'stop perte', 'trailing stop': 'stop suiveur', 'time stop': 'limite de temps', 'exit when': 'condition de sortie',
    'take profit': 'prise de gain', unwind: 'débouclage', quote: 'une cotation', 'slot close': 'fin du créneau',
    resolved: 'dénouée', merged: 'fusionnée', open: 'encore détenue',
  },
);
