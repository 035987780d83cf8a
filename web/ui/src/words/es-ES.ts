// What the first screen says in Spanish as in Spain. Formal address; buttons in the infinitive.

import type { Catalogue } from "./words.ts";

export const first = {
  back: "Atrás",
  next: "Siguiente",
  close: "Cerrar",
  secured: "Protegido por Bowline",
  busy: "Un momento…",

  mainTitle: "Comparta sus datos con {client}",
  stateLinked: "Conectado",

  sandbox: "Entorno de pruebas",
  pickHint: "Elija de la lista para continuar.",
  pickAccounting: "¿Qué programa de contabilidad utiliza?",
  pickBanking: "¿Con qué banco trabaja?",
  pickCommerce: "¿Dónde vende?",
  search: "Buscar por nombre",
  clearSearch: "Borrar la búsqueda",
  through: "A través de {provider}",
  results: { one: "{count} resultado", other: "{count} resultados" },
  noMatchTitle: "Ningún resultado para «{query}»",
  noMatchBody: "Revise la ortografía o borre la búsqueda.",
  chooseFirst: "Elija antes uno de la lista.",
  otherWays: "Otras opciones",
  notListed: "Mi programa no está en la lista",
  handOver: "Otra persona tiene el acceso",
  otherDevice: "Continuar en otro dispositivo",
  onComputer: "Continuar en su ordenador",
  deviceDesktop: "Requiere un ordenador",
  devicePackage: "Requiere instalar algo en un ordenador",
  deviceLarge: "Más fácil en una pantalla grande",
  deviceDesktopWhy: "{name} solo se puede conectar en un ordenador. Siga allí: continuará donde lo dejó.",
  devicePackageWhy: "Antes de conectar {name} hay que instalar algo en un ordenador.",
  deviceLargeWhy: "Las páginas de {name} son incómodas en un teléfono. En un ordenador es más fácil.",

  faultOffline: "Parece que no tiene conexión a internet. No se ha perdido nada: inténtelo de nuevo cuando la recupere.",
  faultFailed: "Algo ha fallado por nuestra parte. No se ha perdido nada: inténtelo de nuevo.",
  tryAgain: "Intentar de nuevo",
} satisfies Catalogue;

export const list = () => import("./list/es-ES.ts");
export const later = () => import("./later/es-ES.ts");
export const manage = () => import("./manage/es-ES.ts");
