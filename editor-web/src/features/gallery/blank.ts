/** What a new strategy begins with: small, whole, and made for the bundled sample. */
export const blankStrategy = (title: string): string => `odx 1

strategy "${title}"

market btc = polymarket "btc-updown-5m"

when slot.progress > 80% and up.bid > 60c {
  buy $10 of up at market within 2c
}

risk {
  stop loss   30%
  max trades  1 per slot
}
`;
