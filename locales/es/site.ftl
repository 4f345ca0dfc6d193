site-name = Bodega
site-description = Los productos y las personas de tu organización, al día y siempre a mano.
site-skip = Saltar al contenido
site-navigation = Principal
site-overview = Inicio
site-products = Productos
site-login = Entrar
site-register = Crear cuenta
site-logout = Salir
site-language = Español
# Meses abreviados, de enero a diciembre, separados por espacios.
site-months = ene feb mar abr may jun jul ago sep oct nov dic

site-retrying = La conexión se ha interrumpido. Lo intentamos de nuevo; no hace falta que hagas nada.
site-waiting = Está tardando más de lo normal. Seguimos intentándolo; no hace falta que hagas nada.
site-gave-up = No hay respuesta. Lo que has escrito sigue aquí.
site-retry = Intentar de nuevo

site-unsent = Tu sesión había terminado y no se ha hecho nada de lo que enviaste. Si todavía lo quieres, hazlo otra vez.

site-again-title = Vuelve a entrar
site-again-text = Tu sesión ha terminado. Entra aquí y lo que has escrito se enviará tal como está.
site-again-ended = Entra aquí y sigue donde estabas: lo que has escrito no se pierde.
site-again-cancel = Ahora no
site-again-other = Has entrado con otra cuenta, así que no se ha enviado nada. Revisa el formulario y envíalo tú.
