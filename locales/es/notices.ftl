# Lo que dice la página siguiente de lo que se acaba de hacer.
notice-profile-saved = Guardado.
notice-email-changed = Tu correo electrónico está cambiado.
notice-email-asked = Hemos enviado un enlace a la dirección nueva. Ábrelo en los próximos 30 minutos y el cambio queda hecho.
notice-password-changed = Tu contraseña está cambiada y tus demás sesiones están cerradas.
notice-sign-in-ended = La sesión está cerrada.
notice-other-sign-ins-ended = Tus demás sesiones están cerradas.
notice-role-changed = Rol cambiado.
notice-disabled = Cuenta desactivada.
notice-enabled = Cuenta activada.
notice-sign-ins-ended = Se han cerrado todas sus sesiones.
notice-factor-reset = Su verificación en dos pasos está restablecida.
notice-invited = Invitación en camino.
notice-invitation-revoked = Invitación retirada.
notice-product-created = Producto creado.
notice-product-updated = Cambios guardados.
notice-product-restored = Producto restaurado.
notice-product-deleted = Se ha eliminado «{ $name }».
