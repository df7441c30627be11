import type { BookingTexts } from './booking-texts';

export const es: BookingTexts = {
  yes: 'sí',
  quotes: ['«', '»'],
  whichItems: '¿Qué desea pedir y cuántas unidades de cada cosa?',
  whichItem: '¿A qué artículo se refiere exactamente?',
  whichOf: (list) => `¿A cuál se refiere: ${list}? Escriba su nombre y cuántas unidades desea, por favor.`,
  howMany: (name) => `¿Cuántas unidades de ${name} desea?`,
  howManyExactly: (name) =>
    `¿Cuántas unidades de ${name} desea? Escriba el número junto con el nombre, por ejemplo 2 × ${name}.`,
  itemsRight: '¿Es esto lo que desea pedir? Responda sí o no, por favor.',
  nameAndPhone: '¿Me dice su nombre y su número de teléfono, por favor?',
  whichName: '¿A nombre de quién hago el pedido?',
  whichPhone: '¿Qué número de teléfono anoto, con su prefijo?',
  summaryAgain: 'Le muestro de nuevo el resumen actual antes de que confirme.',
  whatToChange: '¿Qué desea cambiar?',
  or: ' o ',
  summary: {
    title: 'Su pedido:',
    total: 'Unidades en total',
    name: 'Nombre',
    phone: 'Teléfono',
    notes: 'Notas',
    question: (yes) => `¿Es correcto? Responda ${yes} para hacer el pedido.`,
  },
};
