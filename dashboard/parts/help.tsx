/** What can be pressed on the page that is open. */
import { Dialog } from "@kobalte/core/dialog";
import { For } from "solid-js";
import { keysNow } from "./keys.ts";
import { chooseShortcuts, shortcuts } from "./preferences.ts";

export function Help(props: { close(): void }) {
  const keys = keysNow();
  return (
    <Dialog open onOpenChange={(open) => !open && props.close()}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <Dialog.Content class="dialog stack">
          <Dialog.Title>Keys</Dialog.Title>
          <dl class="facts">
            <For each={keys}>
              {({ key, does }) => (
                <>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </>
              )}
            </For>
            <dt>
              <kbd>Tab</kbd> <kbd>Enter</kbd>
            </dt>
            <dd>reach and use everything</dd>
          </dl>
          <label class="row-wrap">
            <input
              type="checkbox"
              checked={shortcuts() === "on"}
              onChange={({ currentTarget }) =>
                chooseShortcuts(currentTarget.checked ? "on" : "off")
              }
            />
            Single keys act on this page
          </label>
          <div class="row-wrap">
            <Dialog.CloseButton class="button primary" aria-label="Close">
              Close
            </Dialog.CloseButton>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog>
  );
}
