account-title = Mi cuenta
account-profile-title = Nombre e idioma
account-profile-submit = Guardar
account-language = Idioma
account-email-title = Correo electrónico
account-email-now = Ahora es { $email }.
account-email-new = Nuevo correo
account-email-submit = Cambiar el correo
account-password-title = Contraseña
account-password-lead = Al cambiarla se cierran tus demás sesiones.
account-password-current = Contraseña actual
account-password-new = Contraseña nueva
account-password-submit = Cambiar la contraseña
account-sign-ins-title = Mis sesiones
account-this = Esta
account-since = Desde el { $when }
account-seen = última visita el { $when }
account-end = Cerrar
account-end-label = Cerrar la sesión de { $device }
account-end-others = Cerrar todas las demás
account-others-title = Tus demás sesiones
account-others-text = Tienes más sesiones abiertas, y siguen así. Si alguien más pudiera estar usando alguna, ciérralas.
account-device = { $browser } en { $system }
account-device-browser = { $browser } en un sistema desconocido
account-device-system = Navegador desconocido en { $system }
account-device-unknown = Navegador desconocido

account-confirm-title = Confirmar el correo
account-confirm-text = A partir de ahora entrarás con { $email }.
account-confirm-submit = Confirmar
account-gone-title = Este enlace no sirve
account-link-gone = Ya se usó, ha pasado su tiempo o hay otro más nuevo. Pide otro desde tu cuenta.

email-same = Esta es ya tu dirección.
email-taken-meanwhile = Mientras tanto, otra cuenta ha tomado esta dirección. No se ha cambiado nada.
password-wrong = No es tu contraseña actual.
password-same = Es la misma que tienes ahora.
register-throttled = Desde tu conexión se han creado muchas cuentas en poco tiempo. Espera unos minutos y vuelve a probar.

reset-title = He olvidado mi contraseña
reset-lead = Escribe tu correo y te enviaremos un enlace para poner una contraseña nueva.
reset-submit = Enviar el enlace
reset-back = Volver a la entrada
reset-without-mail = Esta instalación no envía correo. Pide un enlace para poner una contraseña nueva a quien administra Bodega en tu organización.
reset-sent-title = Mira tu correo
reset-sent-text = Si hay una cuenta con esa dirección, en unos momentos le llega un enlace que vale durante 30 minutos.
reset-sent-other = ¿No ha llegado nada?
reset-sent-other-link = Pedirlo de nuevo
reset-throttled = Demasiadas peticiones desde tu conexión. Espera unos minutos y vuelve a probar.
reset-new-title = Poner una contraseña nueva
reset-new-lead = Al guardarla se cierran todas tus sesiones. Después entras con ella como siempre.
reset-new-submit = Guardar la contraseña
reset-set-title = Contraseña guardada
reset-set-text = Todas tus sesiones están cerradas. Ya puedes entrar con la contraseña nueva.
reset-gone-title = Este enlace ya no sirve
reset-gone-text = Ya se usó, ha pasado su tiempo o hay otro más nuevo.
reset-gone-link = Pedir otro enlace

ended-expired = Tu sesión ha caducado. Vuelve a entrar.
ended-elsewhere = Cerraste esta sesión desde otro navegador. Vuelve a entrar.
ended-password = La contraseña de tu cuenta ha cambiado y esta sesión se ha cerrado. Entra con la nueva.
ended-disabled = Tu cuenta está desactivada. Habla con quien administra Bodega en tu organización.
ended-administrator = Quien administra Bodega ha cerrado tu sesión. Vuelve a entrar.
ended-factor = La verificación en dos pasos de tu cuenta ha cambiado. Vuelve a entrar.
ended-requirement = Tu organización exige ahora la verificación en dos pasos y tu cuenta aún no la tiene. Entra para activarla.
ended-otherwise = Tu sesión ha terminado. Vuelve a entrar.

mail-password-link-subject = Poner una contraseña nueva en Bodega
mail-password-link =
    Hola, { $name }:

    alguien, seguramente tú, ha pedido poner una contraseña nueva en tu cuenta de Bodega. Hazlo aquí:

    { $link }

    El enlace vale durante 30 minutos y una sola vez. Si no lo has pedido tú, no hagas nada: tu contraseña sigue siendo la misma.
mail-confirm-address-subject = Confirmar tu correo en Bodega
mail-confirm-address =
    Hola, { $name }:

    confirma aquí que esta es tu dirección nueva en Bodega:

    { $link }

    El enlace vale durante 30 minutos y una sola vez. Si no lo has pedido tú, no hagas nada.
mail-address-changed-subject = El correo de tu cuenta de Bodega ha cambiado
mail-address-changed =
    Hola, { $name }:

    tu cuenta de Bodega tiene desde ahora otra dirección de correo, y ya no se entra con esta.

    Si no lo has cambiado tú, avisa enseguida a quien administra Bodega en tu organización.
mail-password-changed-subject = La contraseña de tu cuenta de Bodega ha cambiado
mail-password-changed =
    Hola, { $name }:

    tu cuenta de Bodega tiene una contraseña nueva, y las demás sesiones se han cerrado.

    Si no la has cambiado tú, avisa enseguida a quien administra Bodega en tu organización.
mail-factor-added-subject = Tu cuenta de Bodega tiene verificación en dos pasos
mail-factor-added =
    Hola, { $name }:

    tu cuenta de Bodega tiene desde ahora verificación en dos pasos: después de la contraseña se pide un código de una aplicación.

    Si no la has activado tú, avisa enseguida a quien administra Bodega en tu organización.
mail-factor-removed-subject = Tu cuenta de Bodega ya no tiene verificación en dos pasos
mail-factor-removed =
    Hola, { $name }:

    se ha quitado la verificación en dos pasos de tu cuenta de Bodega: desde ahora basta la contraseña.

    Si no la has quitado tú, avisa enseguida a quien administra Bodega en tu organización.
mail-recovery-codes-subject = Tu cuenta de Bodega tiene códigos de recuperación nuevos
mail-recovery-codes =
    Hola, { $name }:

    tu cuenta de Bodega tiene códigos de recuperación nuevos, y los de antes ya no valen.

    Si no los has pedido tú, avisa enseguida a quien administra Bodega en tu organización.
mail-passkey-added-subject = Tu cuenta de Bodega tiene una llave de acceso nueva
mail-passkey-added =
    Hola, { $name }:

    tu cuenta de Bodega tiene una llave de acceso nueva, «{ $passkey }», con la que se entra sin contraseña.

    Si no la has creado tú, avisa enseguida a quien administra Bodega en tu organización.
mail-passkey-removed-subject = Se ha quitado una llave de acceso de tu cuenta de Bodega
mail-passkey-removed =
    Hola, { $name }:

    se ha quitado la llave de acceso «{ $passkey }» de tu cuenta de Bodega, y ya no se entra con ella.

    Si no la has quitado tú, avisa enseguida a quien administra Bodega en tu organización.

account-email-restored = Abajo está la dirección de correo nueva que escribiste antes de entrar. Todavía no se ha cambiado: hace falta tu contraseña.
account-profile-restored = Abajo están el nombre y el idioma que escribiste antes de entrar. Todavía no se han guardado.
