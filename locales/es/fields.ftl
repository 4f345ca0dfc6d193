# Lo que puede fallar en cualquier formulario.
fields-check = { $count ->
    [one] Hay un campo por corregir.
   *[other] Hay { $count } campos por corregir.
}
fields-limit = Hasta { $max } caracteres
fields-show-password = Mostrar la contraseña
fields-restored = Esto es lo que escribiste antes de entrar. Todavía no se ha guardado.
fields-discard = Descartarlo
fields-lost = Lo que escribiste antes de entrar no se ha podido conservar. Tendrás que escribirlo otra vez.

required-field = Este campo no puede quedar vacío.
invisible-character = Contiene un carácter que no se ve ({ $number }). Bórralo, o escribe el texto de nuevo.
too-long = Demasiado largo: caben { $max } caracteres como máximo.
bad-characters = Contiene caracteres que no se pueden guardar.
submission-changed = Este formulario ya se envió con otro contenido, es de otra cuenta o llevaba días abierto. No se ha guardado nada: revísalo y envíalo de nuevo.
submission-away = Ahora mismo no se puede guardar. Inténtalo dentro de un momento.
