factor-title = Verificación en dos pasos
factor-lead = Lo que protege tu cuenta además de la contraseña.
factor-see = Códigos de una aplicación
factor-off = Además de la contraseña, una aplicación de tu teléfono te da un código cada vez que entras. Quien averigüe tu contraseña se queda fuera.
factor-on = Está activada: cada vez que entras se te pide un código de tu aplicación.
factor-set-up = Activarla
factor-required-for-you = Tu organización la exige a quienes administran y gestionan, así que no se puede quitar.

factor-setup-title = Activar la verificación en dos pasos
factor-setup-required = Tu organización te la pide antes de seguir.
factor-setup-lead = Abre en el teléfono una aplicación de códigos, como Aegis, Google Authenticator o tu gestor de contraseñas, y escanea esta imagen.
factor-picture = Código QR con la clave de tu cuenta
factor-open = Abrir la aplicación en este dispositivo
factor-key = O escribe esta clave en la aplicación:
factor-code = Código de la aplicación
factor-code-hint = Las seis cifras que muestra ahora.
factor-password = Tu contraseña
factor-setup-submit = Activar

factor-codes-title = Códigos de recuperación
factor-codes-lead = Si pierdes el teléfono, cada uno de estos códigos te deja entrar una vez. Guárdalos en un lugar seguro: no se vuelven a mostrar.
factor-codes-kept = Ya los he guardado
factor-codes-left = { $count ->
    [0] No te queda ninguno. Pide otros.
    [one] Te queda uno sin usar.
   *[other] Te quedan { $count } sin usar.
}
factor-codes-renew = Pedir diez nuevos
factor-remove-title = Quitar la verificación en dos pasos
factor-remove-submit = Quitarla
factor-any-code-hint = Las seis cifras que muestra ahora, o un código de recuperación.

factor-step-title = Falta un paso
factor-step-hint = Abre la aplicación de códigos y escribe las seis cifras que muestra.
factor-step-lost = No tengo la aplicación a mano
factor-recovery-code = Código de recuperación
factor-recovery-code-hint = Uno de los diez que guardaste. Si tampoco los tienes, quien administra Bodega puede ayudarte.
factor-step-submit = Entrar
factor-step-other = Entrar con otra cuenta
factor-start-over = Ha pasado demasiado tiempo o algo ha cambiado. Empieza de nuevo.
factor-code-wrong = Este código no vale, ha caducado o ya se ha usado.
factor-password-wrong = La contraseña no es correcta.
factor-away = Ahora mismo no se puede comprobar. Inténtalo dentro de un momento.

factor-settings-tab = Seguridad
factor-settings-title = Seguridad de las cuentas
factor-settings-heading = Verificación en dos pasos
factor-settings-off = Cada persona decide si la usa. Al exigirla se cierran las sesiones de quienes administran o gestionan y no la tienen.
factor-settings-on = Quienes administran y gestionan la necesitan. A quien aún no la tuviera se le han cerrado las sesiones, y se le pide activarla cuando vuelva a entrar.
factor-settings-own-first = Antes actívala en tu cuenta o añade una llave de acceso: si no, se cerraría también tu sesión.
factor-settings-start = Exigirla a quienes administran y gestionan
factor-settings-stop = Dejar de exigirla

factor-reset = Restablecer la verificación en dos pasos
factor-reset-hint = Si ha perdido el teléfono y los códigos de recuperación. También quita sus llaves de acceso; después entra solo con la contraseña.
event-recovery-codes-made = Códigos de recuperación nuevos
event-factor-requirement-changed = Exigencia del segundo factor cambiada
factor-reset-mail-subject = Tu verificación en dos pasos se ha restablecido
operator = Quien administra el servidor de Bodega
factor-reset-mail-body = Hola, { $name }:

    { $by } ha restablecido la verificación en dos pasos de tu cuenta de Bodega. Desde ahora entras solo con la contraseña; puedes volver a activarla en tu cuenta.

    Si no lo has pedido, avisa enseguida a quien administra Bodega en tu organización.
