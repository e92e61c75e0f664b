import { defineMessages } from '../i18n';

/** Sentences of runtime/backtest/verdict.def, by name; a test holds the English ones to that table. */
export const messages = defineMessages(
  {
    idle: 'It never traded: there is nothing to judge.',
    unfilled: 'It sent orders and none was filled, so nothing was tested. The receipt says why; recordings without sizes fill under --fill touch alone.',
    short: 'Too few trades to tell skill from luck: look at it as a test that it runs, not that it earns.',
    loss: 'It lost money after fees.',
    open: 'What was settled lost money; only what is still held is worth more, at the last quotes seen.',
    chance: 'It earned money, but a strategy without any skill would often do as well.',
    fills: 'It earned money only if orders are filled kindly: filled strictly, it loses.',
    trials: 'It earned money, but so many were tried on this data that the best of them would look like this by luck.',
    worthy: 'It earned more than luck explains on this data; try it on data it has not seen before believing it.',
  },
  {
    idle: 'Elle n’a jamais négocié : il n’y a rien à juger.',
    unfilled: 'Elle a envoyé des ordres et aucun n’a été exécuté : rien n’a été éprouvé. Le reçu dit pourquoi ; des enregistrements sans tailles ne s’exécutent qu’avec --fill touch.',
    short: 'Trop peu de transactions pour distinguer le talent de la chance : voyez-y la preuve qu’elle tourne, pas qu’elle gagne.',
    loss: 'Elle a perdu de l’argent, frais déduits.',
    open: 'Ce qui est réglé a perdu ; seul ce qui est encore détenu vaut davantage, aux derniers prix vus.',
    chance: 'Elle a gagné, mais une stratégie sans aucun talent ferait souvent aussi bien.',
    fills: 'Elle ne gagne que si les ordres sont exécutés avec bienveillance : exécutés strictement, elle perd.',
    trials: 'Elle a gagné, mais on en a tant essayé sur ces données que la meilleure aurait cet air par chance.',
    worthy: 'Elle a gagné plus que la chance n’explique sur ces données ; éprouvez-la sur des données qu’elle n’a pas vues avant d’y croire.',
  },
);

export type Verdict = keyof typeof messages.en;
