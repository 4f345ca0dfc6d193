jobs-title = Tareas
jobs-hint = Lo que Bodega hace por su cuenta, en el servidor que esté libre: enviar correo, borrar lo que ya no hace falta.
jobs-failed = Abandonadas
jobs-running = En curso
jobs-waiting = En espera
jobs-none = Ninguna.
jobs-kind = Tarea
jobs-progress = Avance
jobs-since = Cuándo
jobs-reason = Motivo
jobs-actions = Acciones
jobs-retry = Intentar otra vez
jobs-done-of = { $done } de { $total }
jobs-by = en { $replica }
jobs-tries = { $count ->
    [0] sin intentos fallidos
    [one] { $count } intento fallido
   *[other] { $count } intentos fallidos
}
job-mail = Enviar un correo
job-retention = Borrar lo que ya no hace falta
job-keys = Olvidar claves de formularios
