import { Component } from 'react';
import type { ReactNode } from 'react';

import { EmptyState } from '@/shared/ui';

interface Props { readonly children: ReactNode; readonly failed: (message: string) => string; readonly again: string; readonly onAgain: () => void }

/** A part that throws shows a sentence; the rest of the page, and the document, go on. */
export class Boundary extends Component<Props, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  readonly #again = () => {
    this.props.onAgain();
    this.setState({ error: null });
  };

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <EmptyState icon="error" title={this.props.failed(error.message)}>
        <button type="button" className="text-accent underline" onClick={this.#again}>{this.props.again}</button>
      </EmptyState>
    );
  }
}
