import { Component, ElementRef, signal, viewChild } from "@angular/core";
import { initLink } from "@bowline/link";

@Component({
  selector: "app-root",
  template: `
    <h1>Your account</h1>
    <button (click)="connect()">Connect your books</button>
    <dialog #dialog aria-label="Connect your books" (close)="dialog.replaceChildren()"></dialog>
    <h2>What Link told us</h2>
    <ol id="log">
      @for (line of log(); track $index) {
        <li>{{ line }}</li>
      }
    </ol>
  `,
})
export class App {
  readonly log = signal<string[]>([]);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>("dialog");

  async connect(): Promise<void> {
    const response = await fetch("/session", { method: "POST" });
    const { bowlineUrl, companyId, accessToken } = await response.json();
    const target = this.dialog().nativeElement;
    target.showModal();
    initLink(target, {
      companyId,
      accessToken,
      onConsent: (consent) => this.tell("onConsent", consent),
      onConnectionStarted: (connection) => this.tell("onConnectionStarted", connection),
      onConnection: (connection) => this.tell("onConnection", connection),
      onError: (error) => this.tell("onError", error),
      onFinish: () => this.end("onFinish"),
      onClose: () => this.end("onClose"),
    }, { origin: bowlineUrl }).catch(() => target.close()); // onError was told why
  }

  private tell(callback: string, args?: object): void {
    this.log.update((lines) => [...lines, args ? `${callback} ${JSON.stringify(args)}` : callback]);
  }

  /** Closing the dialog takes Link away: removing its element is enough. */
  private end(callback: string): void {
    this.tell(callback);
    this.dialog().nativeElement.close();
  }
}
