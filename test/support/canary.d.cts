declare const canary: {
  readonly CANARY: { readonly name: string; readonly phone: string; readonly notes: string; readonly item: string };
};
export = canary;
