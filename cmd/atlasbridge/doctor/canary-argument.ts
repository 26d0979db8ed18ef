/** First argument with which the compiled program becomes the canary's tool. Alone here: it is read at every start. */
export const canaryArgument = "__canary";
