jobs-title = Tareas
jobs-hint = Lo que Bodega hace por su cuenta, en el servidor que esté libre: enviar correo, borrar lo que ya no hace falta.
jobs-failed = Abandonadas
jobs-failed-hint = Bodega ya no las intenta. Cuando esté arreglado lo que dice «Último fallo», «Reintentar» las pone otra vez en espera: siguen donde se quedaron y nada se hace dos veces.
jobs-running = En curso
jobs-waiting = En espera
jobs-none = Ninguna.
jobs-kind = Tarea
jobs-progress = Estado
jobs-since = Desde
jobs-due = Prevista
jobs-ended = Abandonada
jobs-reason = Último fallo
jobs-actions = Acciones
jobs-retry = Reintentar
jobs-done-of = { $done } de { $total }
jobs-by = en { $replica }
jobs-tries = { $count ->
    [one] { $count } intento fallido
   *[other] { $count } intentos fallidos
}
job-mail = Enviar un correo
job-mail-adoption = Hacerse cargo del correo de la versión anterior
job-retention = Borrar sesiones, enlaces, invitaciones y correos antiguos
job-users-expiry = Olvidar formularios y tareas de hace tiempo (personas)
job-products-expiry = Olvidar formularios y tareas de hace tiempo (productos)
