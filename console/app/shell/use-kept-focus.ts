import { useEffect } from 'preact/hooks';

/**
 * Keeps a keyboard's place in the page: where what has the focus goes away with what it did (the button of an order's last step, "Load
 * older orders" of the last page), browsers begin again at the top. It goes on from the heading of what it was in.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    const main = document.getElementById('main');
    if (main === null) return;
    let last: { readonly element: Element; readonly within: Element | null } | undefined;
    const remember = ({ target }: FocusEvent): void => {
      last =
        target instanceof Element ? { element: target, within: target.closest('.split-list, .detail') } : undefined;
    };
    const observer = new MutationObserver(() => {
      const isLost = last?.element.isConnected === false && document.activeElement === document.body;
      if (!isLost) return;
      const near = last?.within?.isConnected === true ? last.within : main;
      last = undefined;
      (near.querySelector<HTMLElement>('.page-title') ?? main).focus({ preventScroll: true });
    });
    main.addEventListener('focusin', remember);
    observer.observe(main, { childList: true, subtree: true });
    return () => {
      main.removeEventListener('focusin', remember);
      observer.disconnect();
    };
  }, []);
}
