// What the list of types says in Spanish; usage as in ../es-ES.ts.

import type { ListCatalogue } from "../words.ts";

export const list = {
  accounting: "Contabilidad",
  banking: "Banco",
  commerce: "Ventas",
  accountingAbout: "Facturas, gastos e informes de su contabilidad.",
  bankingAbout: "Saldos y movimientos de sus cuentas bancarias.",
  commerceAbout: "Pedidos y pagos de su tienda o de su datáfono.",
  mainSubtitle: "Conecte, en el orden que prefiera, los programas que {company} ya utiliza.",
  mainPromise: "Usted inicia sesión en su propio programa. {client} nunca ve su contraseña.",
  required: "Obligatorio",
  optional: "Opcional",
  recommended: "Recomendado",
  recommendWhy: "Con más cuentas, la imagen de su tesorería es más completa.",
  statePending: "Sin terminar",
  stateLost: "Desconectado",
  stateShareable: "Listo para compartir",
  connectedCount: { one: "{count} conexión", other: "{count} conexiones" },
  connect: "Conectar",
  connectOther: "Conectar otro",
  resume: "Reanudar",
  replace: "Sustituir la conexión",
  addAnother: "Añadir otro",
  reconnect: "Volver a conectar",
  share: "Compartir datos",
  complete: "Finalizar",
} satisfies ListCatalogue;
