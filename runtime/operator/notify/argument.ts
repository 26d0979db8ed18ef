/** First argument with which the compiled program becomes the process that sends a notification. Alone here: it is read at every start. */
export const notifyArgument = "__notify";
