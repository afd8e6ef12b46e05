/* A form as large as form.h's with plain GTK 3 widgets. */
#include <gtk/gtk.h>
#include <stdio.h>

static void
after_paint(GdkFrameClock *clock, gpointer window)
{
	g_signal_handlers_disconnect_by_func(clock, (gpointer)(guintptr)after_paint, window);
	gdk_display_sync(gtk_widget_get_display(window));
	puts("first frame");
	fflush(stdout);
}

static void
realized(GtkWidget *window, gpointer data)
{
	(void)data;
	g_signal_connect(gtk_widget_get_frame_clock(window), "after-paint", G_CALLBACK(after_paint), window);
}

static GtkWidget *
fields(void)
{
	GtkWidget *grid = gtk_grid_new();
	gtk_grid_set_row_spacing(GTK_GRID(grid), 14);
	for (int i = 0; i < 10; i++) {
		GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6), *entry = gtk_entry_new();
		gtk_entry_set_text(GTK_ENTRY(entry), i == 2 ? "梁凱晴" : "LEUNG Hoi Ching");
		gtk_widget_set_hexpand(entry, TRUE);
		gtk_container_add(GTK_CONTAINER(box), gtk_label_new("Given names"));
		gtk_container_add(GTK_CONTAINER(box), entry);
		gtk_container_add(GTK_CONTAINER(box), gtk_label_new("As on the form"));
		gtk_grid_attach(GTK_GRID(grid), box, i % 2, i / 2, 1, 1);
	}
	return grid;
}

static GtkWidget *
rows(void)
{
	GtkWidget *grid = gtk_grid_new();
	for (int i = 0; i < 17; i++) {
		for (int k = 0; k < 4; k++) {
			char text[32];
			(void)snprintf(text, sizeof text, "WR04-%d%02d", k, i);
			GtkWidget *label = gtk_label_new(text);
			gtk_widget_set_hexpand(label, TRUE);
			gtk_grid_attach(GTK_GRID(grid), label, k, i, 1, 1);
		}
	}
	return grid;
}

static GtkWidget *
checks(void)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
	for (int i = 0; i < 7; i++) {
		gtk_container_add(GTK_CONTAINER(box), gtk_check_button_new_with_label("Seen on the card"));
	}
	return box;
}

int
main(int argc, char **argv)
{
	gtk_init(&argc, &argv);
	GtkWidget *window = gtk_window_new(GTK_WINDOW_TOPLEVEL), *page = gtk_box_new(GTK_ORIENTATION_VERTICAL, 20);
	GtkWidget *body = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 20), *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
	gtk_window_set_default_size(GTK_WINDOW(window), 1920, 1080);
	gtk_box_pack_start(GTK_BOX(body), fields(), TRUE, TRUE, 20);
	gtk_box_pack_start(GTK_BOX(body), rows(), TRUE, TRUE, 20);
	gtk_box_pack_start(GTK_BOX(body), checks(), FALSE, FALSE, 20);
	gtk_container_add(GTK_CONTAINER(bar), gtk_button_new_with_label("Back"));
	gtk_container_add(GTK_CONTAINER(bar), gtk_button_new_with_label("Continue to fees"));
	gtk_container_add(GTK_CONTAINER(page), gtk_label_new("Applicant details"));
	gtk_box_pack_start(GTK_BOX(page), body, TRUE, TRUE, 0);
	gtk_container_add(GTK_CONTAINER(page), bar);
	gtk_container_add(GTK_CONTAINER(window), page);
	g_signal_connect(window, "realize", G_CALLBACK(realized), NULL);
	gtk_widget_show_all(window);
	gtk_main();
	return 0;
}
