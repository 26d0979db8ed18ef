/** First argument with which the compiled program becomes the process that asks the keychain. Alone here: it is read at every start. */
export const keychainArgument = "__keychain";
