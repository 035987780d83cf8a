import { Component, type VNode } from "preact";

interface LeaveProps {
  /** Where to; a change of address leaves again. */
  address: string | undefined;
  go: (address: string) => void;
}

/**
 * Leaves the page once the browser has painted what says so: the first frame
 * callback runs before that paint, the second after it. Draws nothing.
 */
export class Leave extends Component<LeaveProps> {
  #frame = 0;

  override componentDidMount(): void {
    const { address, go } = this.props;
    if (!address) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = requestAnimationFrame(() => go(address));
    });
  }

  override componentWillUnmount(): void {
    cancelAnimationFrame(this.#frame);
  }

  override render(): VNode | null {
    return null;
  }
}
