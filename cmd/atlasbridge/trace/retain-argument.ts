/** First argument with which the compiled program becomes the process that erases old content. Alone here: it is read at every start. */
export const retainArgument = "__retain";
