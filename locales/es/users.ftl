users-first-name = Nombre
users-last-name = Apellidos
users-email = Correo electrónico
users-password = Contraseña
users-password-hint = Al menos 8 caracteres. Una frase que solo tú dirías es una buena contraseña.

users-login-title = Entrar
users-login-submit = Entrar
users-login-other = ¿Aún no tienes cuenta?
users-login-other-link = Crear una cuenta

users-register-title = Crear una cuenta
users-register-lead = Con ella ves y cuidas los productos de tu organización.
users-register-submit = Crear cuenta
users-register-other = ¿Ya tienes cuenta?
users-register-other-link = Entrar
users-closed-title = El registro está cerrado
users-closed-text = Por ahora no se crean cuentas desde esta página. Pídele una a quien administra Bodega en tu organización.

email-invalid = Escribe una dirección completa, como nombre@ejemplo.com.
email-taken = Ya hay una cuenta con esta dirección.
password-too-short = Demasiado corta: hacen falta al menos 8 caracteres.
password-too-long = Demasiado larga: caben 256 caracteres como máximo.
password-common = Es una contraseña muy conocida y fácil de adivinar. Elige otra.
password-personal = No uses tu nombre, tu dirección ni el nombre de la organización como contraseña.
login-failed = El correo o la contraseña no son correctos.
login-throttled = { $seconds ->
    [one] Demasiados intentos. Espera un segundo y vuelve a probar.
   *[other] Demasiados intentos. Espera { $seconds } segundos y vuelve a probar.
}
login-away = Ahora mismo no se puede entrar. Quien ya está dentro puede seguir trabajando. Inténtalo dentro de un momento.
register-away = Ahora mismo no se pueden crear cuentas. Inténtalo dentro de un momento.
