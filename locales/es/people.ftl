people-title = Personas
people-sections = Personas, invitaciones y registro
people-invite = Invitar
people-search = Buscar personas
people-search-placeholder = Nombre o correo…
people-role = Rol
people-all-roles = Todos los roles
people-state = Estado
people-all-states = Activas e inactivas
people-enabled = Activas
people-disabled = Inactivas
people-disabled-one = inactiva
people-disabled-since = Inactiva desde
people-list = Lista de personas
people-count = { $count ->
    [0] Nadie
    [one] { $shown } persona
   *[other] { $shown } personas
}
people-none-title = Nadie coincide
people-none-text = Prueba con menos palabras o con el comienzo de una, o con otros filtros.
people-name = Nombre
people-seen = Última visita
people-never = nunca
people-created = Alta

people-powers = Acciones
people-set-role = Cambiar rol
people-role-unknown = Elige uno de los roles.
people-make-link = Crear un enlace para otra contraseña
people-make-link-hint = Para quien no puede entrar: muestra un enlace que tú le haces llegar. Los anteriores dejan de valer.
people-end-sign-ins = Cerrar todas sus sesiones
people-end-sign-ins-hint = Termina sus sesiones en todos los dispositivos. Podrá volver a entrar.
people-disable = Desactivar cuenta
people-disable-hint = Cierra todas sus sesiones y no le deja entrar más. No se borra nada.
people-enable = Activar cuenta
people-enable-hint = Podrá entrar otra vez, con la contraseña y el rol que tenía.
people-last-administrator = Es la última cuenta de administración. Antes, da ese rol a otra persona.
people-link-title = Enlace para otra contraseña
people-link-text = Dáselo solo a esa persona. Sirve una vez, durante { $minutes } minutos, y solo se muestra ahora.
people-link-gone = El enlace se creó, pero la respuesta se perdió por el camino y no se muestra por segunda vez. Crea otro.
people-link-disabled = La cuenta está inactiva. Actívala antes.

people-sign-ins = Últimas sesiones
people-sign-ins-none = Nunca ha entrado.
people-sign-in-ended = terminada
people-sign-in-seen = última visita: { $when }
people-activity = Qué ha pasado
people-activity-all = Verlo todo en el registro

login-disabled = Esta cuenta está inactiva. Si crees que es un error, habla con quien administra Bodega.

role-administrator = Administración
role-manager = Responsable
role-clerk = Almacén
role-viewer = Consulta
role-may-administrator = todo, también las personas
role-may-manager = productos, también eliminarlos
role-may-clerk = crea y edita productos
role-may-viewer = solo mira

invitations-title = Invitaciones
invitations-hint-mail = Le enviaremos un enlace con el que creará su cuenta. Sirve una vez, durante 7 días.
invitations-hint-link = Te daremos un enlace para que se lo hagas llegar y cree su cuenta. Sirve una vez, durante 7 días.
invitations-submit = Invitar
invitations-by = Invita
invitations-until = Vale hasta
invitations-open = abierta
invitations-accepted = aceptada
invitations-revoked = retirada
invitations-expired = caducada
invitations-revoke = Retirar
invitations-link-title = Enlace para aceptar la invitación
invitations-link-text = Házselo llegar a { $email }. Sirve una vez, durante 7 días, y solo se muestra ahora.
invitations-link-gone = La invitación se creó, pero la respuesta se perdió por el camino y el enlace no se muestra por segunda vez. Invita otra vez: el enlace anterior dejará de valer.
invitation-mail-subject = { $person } te invita a Bodega
invitation-mail-body = Hola:

    { $person } te invita a Bodega, donde tu organización lleva sus productos.
    Crea tu cuenta aquí:

    { $link }

    El enlace sirve una vez, durante 7 días. Si no sabes de qué se trata, no hagas caso de este mensaje.

mail-waiting = correo en espera
mail-sent = correo enviado
mail-failed = correo aún sin entregar
mail-expired = correo no enviado

acceptance-title = Crea tu cuenta
acceptance-lead = { $person } te invita a Bodega con el rol: { $role }.
acceptance-no-good-title = Esta invitación no vale
acceptance-no-good-text = Ya se usó, se ha retirado o es demasiado antigua. Pide otra a quien te invitó.

log-title = Registro de seguridad
log-list = Entradas del registro
log-order = { $count ->
    [one] Una entrada en esta página
   *[other] { $count } entradas en esta página, lo más reciente primero
}
log-export = Descargar en CSV
log-event = Suceso
log-all-events = Todos los sucesos
log-person = Persona
log-person-placeholder = Comienzo de un correo…
log-from = Desde
log-to = Hasta
log-at = Cuándo
log-at-utc = Cuándo (UTC)
log-actor = Quién
log-subject = A quién
log-detail = Detalle
log-address = Desde dónde
log-agent = Navegador
log-request = Petición
log-various = varios
log-times = { $times } veces desde el { $when }
log-count = Veces
log-since-utc = Desde cuándo (UTC)
log-removed = { $rows } entradas, hasta el { $when }
log-folded = Los rechazos que se parecen se cuentan juntos: el primero aparece enseguida; los demás, en diez minutos.
log-shortened = Había demasiadas entradas: las de rechazos hasta el { $when } ya no están.
log-shortened-link = Ver cuándo se quitaron
log-none-title = No hay entradas
log-none-text = Nada en el registro coincide con estos filtros.
log-newest = Lo último
log-newer = Más reciente
log-older = Anterior

event-signed-in = Entró
event-sign-in-failed = No pudo entrar
event-sign-in-throttled = Entrada frenada
event-proof-failed = Contraseña o código incorrectos
event-proof-throttled = Contraseña o código frenados
event-signed-out = Salió
event-sign-in-ended = Sesión cerrada
event-registered = Se registró
event-role-changed = Rol cambiado
event-disabled = Cuenta desactivada
event-enabled = Cuenta activada
event-password-changed = Contraseña cambiada
event-password-link-made = Enlace de contraseña creado
event-email-changed = Dirección cambiada
event-name-changed = Nombre cambiado
event-factor-added = Segundo factor añadido
event-factor-removed = Segundo factor quitado
event-factor-reset = Segundo factor restablecido
event-recovery-code-used = Código de recuperación usado
event-passkey-added = Llave de acceso añadida
event-passkey-removed = Llave de acceso quitada
event-invited = Invitación
event-invitation-revoked = Invitación retirada
event-invitation-accepted = Invitación aceptada
event-refused = Denegado
event-mail-refused = Correo rechazado por su servidor
event-log-shortened = Rechazos antiguos quitados

detail-password = contraseña
detail-passkey = llave de acceso
detail-password-and-code = contraseña y código
detail-password-and-recovery-code = contraseña y código de recuperación
detail-second-factor = segundo factor
detail-second-factor-required = ahora hace falta un segundo factor
detail-required = obligatorio
detail-not-required = voluntario
detail-disabled = cuenta inactiva
detail-administrator = por administración
detail-all-others = todas las demás
detail-by-mail = por correo
detail-by-link = con un enlace
