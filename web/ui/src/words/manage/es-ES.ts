// What is said about connections that are looked after, in Spanish; usage as in ../es-ES.ts.

import type { ManageCatalogue } from "../words.ts";

export const manage: ManageCatalogue = {
  manageOpen: "Gestionar conexiones",
  manageConnect: "Conectar otra cosa",
  manageEmpty: "Todavía no hay nada conectado.",
  manageFinish: "Listo",
  manageActive: "Última actividad: {when}",
  manageLost: "Desconectado",
  manageBack: "Volver a las plataformas",

  detailSynced: "Última sincronización",
  detailActive: "Última actividad",
  detailLinked: "Conectado el",
  detailAuthorized: "Autorizado el",
  detailName: "Nombre",
  detailData: "Datos que se comparten",

  endedCustomer: "Usted lo desconectó.",
  endedClient: "{client} lo desconectó.",
  endedProvider: "{name} retiró el permiso.",
  lostNotice: "{client} no puede leer datos nuevos hasta que lo vuelva a conectar.",
  lostForGood: "{client} ya no ofrece {name}, así que no se puede volver a conectar aquí.",

  disconnect: "Desconectar",
  disconnectTitle: "¿Desconectar {name}?",
  disconnectBody: "{client} dejará de leer datos nuevos de {name}. Lo que ya ha leído se queda en {client}. Puede volver a conectarlo cuando quiera.",
  disconnectKeep: "Dejarlo conectado",
  disconnectedTitle: "{name} está desconectado",
  disconnectedBody: "No se lee nada nuevo. {client} puede seguir viendo lo que ya se había leído.",

  mismatchTitle: "No es la misma empresa",
  mismatchBody: "Ha iniciado sesión en otra. No se ha cambiado nada.",
  mismatchBefore: "Anterior",
  mismatchNow: "Seleccionada",
  mismatchUnknown: "Desconocida",
  mismatchAgain: "Elegir de nuevo la empresa",
};
